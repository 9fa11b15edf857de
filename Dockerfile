# One image for the API (`serve`) and the worker (`worker`).
FROM python:3.12-slim AS build

WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY domain domain
COPY graph graph
COPY workers workers
COPY ops ops
COPY clients/python/src clients/python/src
RUN python -m venv /opt/seatlock \
    && /opt/seatlock/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt '.[brotli,otel,stripe]'


FROM python:3.12-slim

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin seatlock
RUN install -d -o seatlock -m 0750 /var/log/seatlock
COPY --from=build /opt/seatlock /opt/seatlock
ENV PATH=/opt/seatlock/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SEATLOCK_AUDIT_LOG=/var/log/seatlock/audit.log

USER seatlock
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]

ENTRYPOINT ["seatlock"]
CMD ["serve", "--host", "0.0.0.0"]

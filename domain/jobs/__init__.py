"""Jobs: what is done without anybody asking at that moment. One run of each at a time, recorded, safe to kill."""

from domain.jobs.run import begin_job, finish_job, run_if_due, run_job

__all__ = ["begin_job", "finish_job", "run_if_due", "run_job"]

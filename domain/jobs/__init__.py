"""Jobs: what is done without anybody asking at that moment. One run of each at a time, recorded, safe to kill."""

from domain.jobs.executions import executions_by_ids, list_executions
from domain.jobs.run import run_if_due, run_job, run_on_demand

__all__ = ["executions_by_ids", "list_executions", "run_if_due", "run_job", "run_on_demand"]

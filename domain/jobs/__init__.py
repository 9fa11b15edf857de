"""Jobs: what is done without anybody asking at that moment. One run of each at a time, recorded, safe to kill.

May import all rooms but upgrade and opening.
"""

from domain.jobs.executions import list_executions
from domain.jobs.run import run_if_due, run_job, run_on_demand

__all__ = ["list_executions", "run_if_due", "run_job", "run_on_demand"]

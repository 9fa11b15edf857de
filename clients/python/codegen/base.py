"""What the generated client stands on. The generator copies this file beside it: edit clients/python/codegen/base.py."""

from collections.abc import AsyncGenerator
from typing import Any

from pydantic_core import to_jsonable_python

from ..connection import Connection
from .base_model import UNSET, BaseModel


class Base(Connection):
    """Asks and listens as Connection does, with variables of the generated types."""

    async def execute(self, query: str, operation_name: str, variables: dict[str, object], **how: Any) -> dict[str, Any]:
        """The data of a query or a mutation."""
        return await self.ask(query, operation_name, _sent(variables), **how)

    async def execute_ws(
        self, query: str, operation_name: str, variables: dict[str, object], **how: Any
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The data of each message of a subscription."""
        async for data in self.listen(query, operation_name, _sent(variables), **how):
            yield data

    def get_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """The generated methods ask for this; `execute` has looked at the answer already."""
        return data


def _sent(variables: dict[str, object]) -> dict[str, Any]:
    """As JSON, without what was not said."""
    return {
        name: value.model_dump(mode="json", by_alias=True, exclude_unset=True)
        if isinstance(value, BaseModel)
        else to_jsonable_python(value)
        for name, value in variables.items()
        if value is not UNSET
    }

"""A plugin of ariadne-codegen: values that a newer server has, and this client does not know, are values, too."""

from ariadne_codegen.plugins.base import Plugin


class OpenEnums(Plugin):
    """Builds the generated enums on OpenEnum."""

    def generate_enums_code(self, generated_code: str) -> str:
        code = generated_code.replace("from enum import Enum", "from ..open_enum import OpenEnum")
        return code.replace("(str, Enum)", "(OpenEnum)")

from __future__ import annotations

import strawberry


@strawberry.interface(description="Anything that has a global id and can be read again by it through `node`.")
class Node:
    id: strawberry.ID = strawberry.field(description="Opaque global id: unique over all types, never reused.")

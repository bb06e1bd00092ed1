"""Relay connections: what of them is asked for, and how a page is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.resolvers.pages import Page, encode_cursor
from graph.resolvers.plan import Read
from graph.resolvers.selection import Document, Field

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Connection:
    """The selections of a connection.

    `nodes` are the selections of nodes, below `nodes` and below `edges { node }`, each
    compiled by itself: they may use one response key for different things.
    """

    fields: tuple[Field, ...]
    edges: dict[str, tuple[Field, ...]]
    page_infos: dict[str, tuple[Field, ...]]
    nodes: tuple[list[Field], ...]
    places: dict[tuple[str, str], int]

    @classmethod
    def of(cls, document: Document, fields: Sequence[Field], label: str) -> "Connection":
        """Read the fields below a connection of a label."""
        kind = document.object(label)
        edges: dict[str, tuple[Field, ...]] = {}
        infos: dict[str, tuple[Field, ...]] = {}
        nodes: list[list[Field]] = []
        places: dict[tuple[str, str], int] = {}
        for field in fields:
            if field.name == "nodes":
                places[field.key, ""] = len(nodes)
                nodes.append(document.below(kind, field))
            elif field.name == "edges":
                below = document.below(document.object(f"{label}Edge"), field)
                edges[field.key] = tuple(below)
                for item in below:
                    if item.name == "node":
                        places[field.key, item.key] = len(nodes)
                        nodes.append(document.below(kind, item))
            elif field.name == "pageInfo":
                infos[field.key] = tuple(document.below(document.object("PageInfo"), field))
        return cls(tuple(fields), edges, infos, tuple(nodes), places)

    @property
    def wants_items(self) -> bool:
        """Whether the page itself is needed, or only how many there are."""
        return any(item.name in ("edges", "nodes", "pageInfo") for item in self.fields)

    @property
    def wants_total(self) -> bool:
        """Whether a total is asked for: it costs a count."""
        return any(item.name == "totalCount" for item in self.fields)

    @property
    def wants_page(self) -> bool:
        """Whether it is asked what lies outside the page."""
        names = {"hasNextPage", "hasPreviousPage"}
        return any(item.name in names for below in self.page_infos.values() for item in below)

    @property
    def edge_properties(self) -> list[str]:
        """Properties of the relation that are asked for."""
        own = ("cursor", "node", "__typename")
        names = [item.name for below in self.edges.values() for item in below]
        return sorted({name for name in names if name not in own})


def connection_reader(asked: Connection, page: Page, node_reads: list[Read]) -> Read:
    """How the raw value of a connection becomes the tree the client asked for."""

    def read(raw: dict[str, Any]) -> Tree:
        found = sorted(raw.get("i", ()), key=_key, reverse=not page.ascending_scan)
        size = raw["s"] - 1 if found else 0
        more = len(found) > size
        items = found[:size]
        if not page.forward:
            items.reverse()
        nodes = [[node(item[f"n{n}"]) for item in items] for n, node in enumerate(node_reads)]
        tree: Tree = {}
        for field in asked.fields:
            if field.name == "nodes":
                tree[field.key] = nodes[asked.places[field.key, ""]]
            elif field.name == "edges":
                tree[field.key] = [
                    _edge(asked, field.key, item, page, [rows[place] for rows in nodes])
                    for place, item in enumerate(items)
                ]
            elif field.name == "pageInfo":
                tree[field.key] = _page_info(asked.page_infos[field.key], page, items, more, raw)
            elif field.name == "totalCount":
                tree[field.key] = raw["t"]
        return tree

    return read


def _key(item: dict[str, Any]) -> str:
    return str(item["k"])


def _edge(asked: Connection, key: str, item: dict[str, Any], page: Page, nodes: list[Any]) -> Tree:
    told = item.get("e") or {}
    tree: Tree = {}
    for field in asked.edges[key]:
        if field.name == "cursor":
            tree[field.key] = encode_cursor(page.order, item["k"])
        elif field.name == "node":
            tree[field.key] = nodes[asked.places[key, field.key]]
        else:
            tree[field.key] = told.get(field.name)
    return tree


def _page_info(
    fields: Sequence[Field], page: Page, items: list[Any], more: bool, raw: dict[str, Any]
) -> Tree:
    outside = bool(raw.get("p", False))
    values = {
        "hasNextPage": more if page.forward else outside,
        "hasPreviousPage": outside if page.forward else more,
        "startCursor": encode_cursor(page.order, items[0]["k"]) if items else None,
        "endCursor": encode_cursor(page.order, items[-1]["k"]) if items else None,
    }
    return {field.key: values.get(field.name) for field in fields}

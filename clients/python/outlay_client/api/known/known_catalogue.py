from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.catalogue import Catalogue
from ...models.error import Error
from ...types import UNSET, Unset
from typing import cast


def _get_kwargs(
    table: str,
    *,
    name: str | Unset = "",
    search: str | Unset = "",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["name"] = name

    params["search"] = search

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/catalogue/{table}".format(
            table=quote(str(table), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Catalogue | Error | None:
    if response.status_code == 200:
        response_200 = Catalogue.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 422:
        response_422 = Error.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Error.from_dict(response.json())

        return response_429

    if response.status_code == 503:
        response_503 = Error.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Catalogue | Error]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    table: str,
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = "",
    search: str | Unset = "",
) -> Response[Catalogue | Error]:
    """Catalogue

     A table of the catalogue, or one of its entries in full.

    Args:
        table (str):
        name (str | Unset):  Default: ''.
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Catalogue | Error]
    """

    kwargs = _get_kwargs(
        table=table,
        name=name,
        search=search,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    table: str,
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = "",
    search: str | Unset = "",
) -> Catalogue | Error | None:
    """Catalogue

     A table of the catalogue, or one of its entries in full.

    Args:
        table (str):
        name (str | Unset):  Default: ''.
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Catalogue | Error
    """

    return sync_detailed(
        table=table,
        client=client,
        name=name,
        search=search,
    ).parsed


async def asyncio_detailed(
    table: str,
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = "",
    search: str | Unset = "",
) -> Response[Catalogue | Error]:
    """Catalogue

     A table of the catalogue, or one of its entries in full.

    Args:
        table (str):
        name (str | Unset):  Default: ''.
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Catalogue | Error]
    """

    kwargs = _get_kwargs(
        table=table,
        name=name,
        search=search,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    table: str,
    *,
    client: AuthenticatedClient | Client,
    name: str | Unset = "",
    search: str | Unset = "",
) -> Catalogue | Error | None:
    """Catalogue

     A table of the catalogue, or one of its entries in full.

    Args:
        table (str):
        name (str | Unset):  Default: ''.
        search (str | Unset):  Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Catalogue | Error
    """

    return (
        await asyncio_detailed(
            table=table,
            client=client,
            name=name,
            search=search,
        )
    ).parsed

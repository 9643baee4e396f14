from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.error import Error
from ...models.sweeps_part_part import check_sweeps_part_part
from ...models.sweeps_part_part import SweepsPartPart
from ...types import UNSET, Unset
from typing import cast


def _get_kwargs(
    id: str,
    part: SweepsPartPart,
    *,
    x: str | Unset = "",
    y: str | Unset = "",
    of: str | Unset = "",
    language: str | Unset = "en",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["x"] = x

    params["y"] = y

    params["of"] = of

    params["language"] = language

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/sweeps/{id}/parts/{part}".format(
            id=quote(str(id), safe=""),
            part=quote(str(part), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | str | None:
    if response.status_code == 200:
        response_200 = response.text
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
) -> Response[Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: str,
    part: SweepsPartPart,
    *,
    client: AuthenticatedClient | Client,
    x: str | Unset = "",
    y: str | Unset = "",
    of: str | Unset = "",
    language: str | Unset = "en",
) -> Response[Error | str]:
    """Part

     What drives an answer, or an answer over two inputs, as a piece of HTML.

    Args:
        id (str):
        part (SweepsPartPart):
        x (str | Unset):  Default: ''.
        y (str | Unset):  Default: ''.
        of (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        id=id,
        part=part,
        x=x,
        y=y,
        of=of,
        language=language,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    part: SweepsPartPart,
    *,
    client: AuthenticatedClient | Client,
    x: str | Unset = "",
    y: str | Unset = "",
    of: str | Unset = "",
    language: str | Unset = "en",
) -> Error | str | None:
    """Part

     What drives an answer, or an answer over two inputs, as a piece of HTML.

    Args:
        id (str):
        part (SweepsPartPart):
        x (str | Unset):  Default: ''.
        y (str | Unset):  Default: ''.
        of (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return sync_detailed(
        id=id,
        part=part,
        client=client,
        x=x,
        y=y,
        of=of,
        language=language,
    ).parsed


async def asyncio_detailed(
    id: str,
    part: SweepsPartPart,
    *,
    client: AuthenticatedClient | Client,
    x: str | Unset = "",
    y: str | Unset = "",
    of: str | Unset = "",
    language: str | Unset = "en",
) -> Response[Error | str]:
    """Part

     What drives an answer, or an answer over two inputs, as a piece of HTML.

    Args:
        id (str):
        part (SweepsPartPart):
        x (str | Unset):  Default: ''.
        y (str | Unset):  Default: ''.
        of (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | str]
    """

    kwargs = _get_kwargs(
        id=id,
        part=part,
        x=x,
        y=y,
        of=of,
        language=language,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    part: SweepsPartPart,
    *,
    client: AuthenticatedClient | Client,
    x: str | Unset = "",
    y: str | Unset = "",
    of: str | Unset = "",
    language: str | Unset = "en",
) -> Error | str | None:
    """Part

     What drives an answer, or an answer over two inputs, as a piece of HTML.

    Args:
        id (str):
        part (SweepsPartPart):
        x (str | Unset):  Default: ''.
        y (str | Unset):  Default: ''.
        of (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | str
    """

    return (
        await asyncio_detailed(
            id=id,
            part=part,
            client=client,
            x=x,
            y=y,
            of=of,
            language=language,
        )
    ).parsed

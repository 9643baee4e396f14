from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.error import Error
from ...types import UNSET, Unset
from typing import cast


def _get_kwargs(
    id: str,
    *,
    tab: str | Unset = "first",
    set_: list[str] | Unset = UNSET,
    scenario: str | Unset = "",
    language: str | Unset = "en",
    version: int | None | Unset = UNSET,
    currency: str | Unset = "",
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["tab"] = tab

    json_set_: list[str] | Unset = UNSET
    if not isinstance(set_, Unset):
        json_set_ = set_

    params["set"] = json_set_

    params["scenario"] = scenario

    params["language"] = language

    json_version: int | None | Unset
    if isinstance(version, Unset):
        json_version = UNSET
    else:
        json_version = version
    params["version"] = json_version

    params["currency"] = currency

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/studies/{id}/first".format(
            id=quote(str(id), safe=""),
        ),
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Any | Error | str | None:
    if response.status_code == 200:
        response_200 = response.text
        return response_200

    if response.status_code == 204:
        response_204 = cast(Any, None)
        return response_204

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
) -> Response[Any | Error | str]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    tab: str | Unset = "first",
    set_: list[str] | Unset = UNSET,
    scenario: str | Unset = "",
    language: str | Unset = "en",
    version: int | None | Unset = UNSET,
    currency: str | Unset = "",
) -> Response[Any | Error | str]:
    """First

     The first screen of the exact plan of the study with changes, as a piece of HTML.

    Args:
        id (str):
        tab (str | Unset):  Default: 'first'.
        set_ (list[str] | Unset): `path=value`, laid over the study in this order.
        scenario (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.
        version (int | None | Unset):
        currency (str | Unset): Of amounts; empty: the study's. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | str]
    """

    kwargs = _get_kwargs(
        id=id,
        tab=tab,
        set_=set_,
        scenario=scenario,
        language=language,
        version=version,
        currency=currency,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    tab: str | Unset = "first",
    set_: list[str] | Unset = UNSET,
    scenario: str | Unset = "",
    language: str | Unset = "en",
    version: int | None | Unset = UNSET,
    currency: str | Unset = "",
) -> Any | Error | str | None:
    """First

     The first screen of the exact plan of the study with changes, as a piece of HTML.

    Args:
        id (str):
        tab (str | Unset):  Default: 'first'.
        set_ (list[str] | Unset): `path=value`, laid over the study in this order.
        scenario (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.
        version (int | None | Unset):
        currency (str | Unset): Of amounts; empty: the study's. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | str
    """

    return sync_detailed(
        id=id,
        client=client,
        tab=tab,
        set_=set_,
        scenario=scenario,
        language=language,
        version=version,
        currency=currency,
    ).parsed


async def asyncio_detailed(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    tab: str | Unset = "first",
    set_: list[str] | Unset = UNSET,
    scenario: str | Unset = "",
    language: str | Unset = "en",
    version: int | None | Unset = UNSET,
    currency: str | Unset = "",
) -> Response[Any | Error | str]:
    """First

     The first screen of the exact plan of the study with changes, as a piece of HTML.

    Args:
        id (str):
        tab (str | Unset):  Default: 'first'.
        set_ (list[str] | Unset): `path=value`, laid over the study in this order.
        scenario (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.
        version (int | None | Unset):
        currency (str | Unset): Of amounts; empty: the study's. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Error | str]
    """

    kwargs = _get_kwargs(
        id=id,
        tab=tab,
        set_=set_,
        scenario=scenario,
        language=language,
        version=version,
        currency=currency,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: str,
    *,
    client: AuthenticatedClient | Client,
    tab: str | Unset = "first",
    set_: list[str] | Unset = UNSET,
    scenario: str | Unset = "",
    language: str | Unset = "en",
    version: int | None | Unset = UNSET,
    currency: str | Unset = "",
) -> Any | Error | str | None:
    """First

     The first screen of the exact plan of the study with changes, as a piece of HTML.

    Args:
        id (str):
        tab (str | Unset):  Default: 'first'.
        set_ (list[str] | Unset): `path=value`, laid over the study in this order.
        scenario (str | Unset):  Default: ''.
        language (str | Unset): Of sentences. Default: 'en'.
        version (int | None | Unset):
        currency (str | Unset): Of amounts; empty: the study's. Default: ''.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Error | str
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            tab=tab,
            set_=set_,
            scenario=scenario,
            language=language,
            version=version,
            currency=currency,
        )
    ).parsed

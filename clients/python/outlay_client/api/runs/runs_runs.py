from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.error import Error
from ...models.held_run import HeldRun
from ...types import UNSET, Unset
from typing import cast


def _get_kwargs(
    *,
    study: None | str | Unset = UNSET,
    after: str | Unset = "",
    limit: int | Unset = 200,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_study: None | str | Unset
    if isinstance(study, Unset):
        json_study = UNSET
    else:
        json_study = study
    params["study"] = json_study

    params["after"] = after

    params["limit"] = limit

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/runs",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Error | list[HeldRun] | None:
    if response.status_code == 200:
        response_200 = []
        _response_200 = response.json()
        for response_200_item_data in _response_200:
            response_200_item = HeldRun.from_dict(response_200_item_data)

            response_200.append(response_200_item)

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
) -> Response[Error | list[HeldRun]]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    study: None | str | Unset = UNSET,
    after: str | Unset = "",
    limit: int | Unset = 200,
) -> Response[Error | list[HeldRun]]:
    """Runs

     Runs, or those of a study; the newest first. `Link` says where the list goes on.

    Args:
        study (None | str | Unset):
        after (str | Unset): Id of the row after which the list goes on; empty: from the newest.
            Default: ''.
        limit (int | Unset): Rows at most. Default: 200.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[HeldRun]]
    """

    kwargs = _get_kwargs(
        study=study,
        after=after,
        limit=limit,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient | Client,
    study: None | str | Unset = UNSET,
    after: str | Unset = "",
    limit: int | Unset = 200,
) -> Error | list[HeldRun] | None:
    """Runs

     Runs, or those of a study; the newest first. `Link` says where the list goes on.

    Args:
        study (None | str | Unset):
        after (str | Unset): Id of the row after which the list goes on; empty: from the newest.
            Default: ''.
        limit (int | Unset): Rows at most. Default: 200.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[HeldRun]
    """

    return sync_detailed(
        client=client,
        study=study,
        after=after,
        limit=limit,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    study: None | str | Unset = UNSET,
    after: str | Unset = "",
    limit: int | Unset = 200,
) -> Response[Error | list[HeldRun]]:
    """Runs

     Runs, or those of a study; the newest first. `Link` says where the list goes on.

    Args:
        study (None | str | Unset):
        after (str | Unset): Id of the row after which the list goes on; empty: from the newest.
            Default: ''.
        limit (int | Unset): Rows at most. Default: 200.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Error | list[HeldRun]]
    """

    kwargs = _get_kwargs(
        study=study,
        after=after,
        limit=limit,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    study: None | str | Unset = UNSET,
    after: str | Unset = "",
    limit: int | Unset = 200,
) -> Error | list[HeldRun] | None:
    """Runs

     Runs, or those of a study; the newest first. `Link` says where the list goes on.

    Args:
        study (None | str | Unset):
        after (str | Unset): Id of the row after which the list goes on; empty: from the newest.
            Default: ''.
        limit (int | Unset): Rows at most. Default: 200.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Error | list[HeldRun]
    """

    return (
        await asyncio_detailed(
            client=client,
            study=study,
            after=after,
            limit=limit,
        )
    ).parsed

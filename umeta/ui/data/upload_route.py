"""The route that a browser sends the files of an upload to, one request a file, straight onto the disk."""

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from umeta.stage import UserError
from umeta.ui.data.uploads import upload_of

URL_PREFIX = "umeta-upload"


def upload_routes() -> list[Route]:
    """Build the routes for `st.App(routes=...)`; the second is for `server.baseUrlPath`, as custom routes lack it."""
    return [
        Route(f"/{URL_PREFIX}/{{token}}", _receive, methods=["PUT"]),
        Route(f"/{{base:path}}/{URL_PREFIX}/{{token}}", _receive, methods=["PUT"]),
    ]


async def _receive(request: Request) -> Response:
    """Take one file, named by the query's `name`; the token in the path says for which upload."""
    upload = upload_of(request.path_params["token"])
    if upload is None:
        return PlainTextResponse("This page has been open too long. Reload it and send again.", 403)
    try:
        name = QueryParams(request.scope["query_string"]).get("name", "")
        with upload.receiving(name) as write:
            async for block in request.stream():
                await run_in_threadpool(write, block)
    except UserError as error:
        return PlainTextResponse(str(error), 413)
    except ClientDisconnect:
        return Response(status_code=499)
    return Response(status_code=204)

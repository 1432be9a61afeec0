"""What schemathesis needs to know: how bodies of types it does not know are sent."""

import schemathesis


@schemathesis.serializer("application/offset+octet-stream")
def piece(_context, value):
    return value if isinstance(value, bytes) else str(value).encode()

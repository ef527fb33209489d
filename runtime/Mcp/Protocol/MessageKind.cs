namespace Tapedeck.Mcp.Protocol;

internal enum MessageKind
{
    Request,
    Notification,
    Response,
}

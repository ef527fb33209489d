namespace Tapedeck.Mcp.Protocol;

/// <summary>What a listener is woken up for. A change says no more than that there was one, so that ten of them are one.</summary>
[Flags]
internal enum Changes
{
    None = 0,
    Tools = 1,
    Prompts = 2,
    Resources = 4,
    Shutdown = 8,
}

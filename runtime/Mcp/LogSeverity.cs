namespace Tapedeck.Mcp;

/// <summary>The levels of <see href="https://datatracker.ietf.org/doc/html/rfc5424#section-6.2.1"/>, the least severe first.</summary>
public enum LogSeverity
{
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}

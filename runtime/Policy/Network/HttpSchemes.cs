namespace Tapedeck.Policy.Network;

/// <summary>The schemes of HTTP requests.</summary>
[Flags]
public enum HttpSchemes
{
    None = 0,
    Http = 1,
    Https = 2,
}

namespace Tapedeck.Mcp.Protocol;

/// <summary><see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning#terminology"/></summary>
internal static class Versions
{
    /// <summary>The revision in which every request says its version in <c>_meta</c>.</summary>
    internal const string Modern = "2026-07-28";

    /// <summary>The newest revision that begins with <c>initialize</c>.</summary>
    internal const string NewestLegacy = "2025-11-25";

    /// <summary>What a client of the legacy era speaks that says nothing.</summary>
    internal const string Unsaid = "2025-03-26";

    internal static bool IsLegacy(string? version) => version is "2024-11-05" or Unsaid or "2025-06-18" or NewestLegacy;
}

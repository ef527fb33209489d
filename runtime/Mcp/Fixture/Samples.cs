namespace Tapedeck.Mcp.Fixture;

/// <summary>The smallest files of their kinds, as Base64.</summary>
internal static class Samples
{
    /// <summary>One red pixel.</summary>
    internal const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

    /// <summary>One sample of silence.</summary>
    internal const string Wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQIAAAAAAA==";
}

namespace Tapedeck.Server.Commands;

/// <summary>What the program ends with.</summary>
internal static class ExitCodes
{
    internal const int Success = 0;

    /// <summary>The thing asked for failed: a call, a verification, a check.</summary>
    internal const int Failed = 1;

    /// <summary>The command line, a file or an option is wrong.</summary>
    internal const int Usage = 2;

    /// <summary>Something outside failed that may work later: a registry, a disk.</summary>
    internal const int Unavailable = 3;

    /// <summary>Ctrl+C, as shells have it: 128 and the signal's number.</summary>
    internal const int Interrupted = 130;
}

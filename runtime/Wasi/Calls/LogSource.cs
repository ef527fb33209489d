namespace Tapedeck.Wasi.Calls;

/// <summary>Where a piece of a call's log comes from.</summary>
public enum LogSource
{
    /// <summary><c>wasi:cli/stdout</c>.</summary>
    Stdout,

    /// <summary><c>wasi:cli/stderr</c>.</summary>
    Stderr,

    /// <summary><c>wasi:logging/logging</c>: one line a message.</summary>
    Logging,
}

using Tapedeck.Wasi.Calls;

namespace Tapedeck.Wasi.Cli;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Log">What it wrote.</param>
public sealed record CommandResult(int ExitCode, CallLog Log);

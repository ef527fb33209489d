using Tapedeck.Wasi.Calls;
using Tapedeck.Wasm;

namespace Tapedeck.Wasi.Cli;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">0 for success; <see cref="Trapped"/> where it trapped.</param>
/// <param name="Trap">The trap, with <see cref="TrapCode.Interrupted"/> on cancellation and when the deadline passed; null where it ended by itself.</param>
/// <param name="Log">What it wrote.</param>
public sealed record CommandResult(int ExitCode, TrapException? Trap, CallLog Log)
{
    /// <summary>What shells show for a program that was aborted.</summary>
    public const int Trapped = 134;
}

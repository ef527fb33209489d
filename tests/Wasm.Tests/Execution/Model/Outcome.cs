namespace Tapedeck.Wasm.Tests.Execution.Model;

/// <summary>What an instruction gave: its bits, whatever the type, or a trap.</summary>
internal readonly record struct Outcome(UInt128 Bits, TrapCode? Trap = null)
{
    public override string ToString() => Trap?.ToString() ?? $"{Bits:x32}";
}

using System.Reflection;

namespace Tapedeck.Wasm.Compilation;

/// <summary>How a numeric instruction is written once its operands are on the IL stack: some IL, then perhaps a call.</summary>
/// <param name="Traps">It may trap, so it cannot be moved past another effect.</param>
internal sealed record Emission(byte[] Il, MethodInfo? Method = null, bool Traps = false);

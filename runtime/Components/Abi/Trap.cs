using System.Diagnostics.CodeAnalysis;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Abi;

/// <summary><c>trap_if</c> of the specification, with a text that says what was wrong.</summary>
internal static class Trap
{
    internal static void If([DoesNotReturnIf(true)] bool condition, string text)
    {
        if (condition)
        {
            throw new TrapException(text);
        }
    }
}

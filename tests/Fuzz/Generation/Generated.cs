using Tapedeck.Fuzz.Modules;
using Tapedeck.Fuzz.Playing;

namespace Tapedeck.Fuzz.Generation;

/// <summary>A generated module and the calls to make.</summary>
internal sealed record Generated(ModuleTree Module, Call[] Calls, string[] Memories, int Fuel)
{
    internal Scenario ToScenario() => new(ModuleWriter.Write(Module), [.. Module.Imports], Calls, Memories, Fuel);
}

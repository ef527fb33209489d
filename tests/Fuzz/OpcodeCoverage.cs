using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz;

/// <summary>Which instructions the generated modules had.</summary>
internal sealed class OpcodeCoverage
{
    private readonly HashSet<Opcode> _seen = [];

    internal IEnumerable<Opcode> Seen => _seen;

    internal static IEnumerable<Opcode> All => Enum.GetValues<Opcode>();

    internal void Add(IEnumerable<Opcode> opcodes) => _seen.UnionWith(opcodes);

    internal void Add(ModuleTree module)
    {
        foreach (var function in module.Functions)
        {
            Add(function.Body);
        }
    }

    private void Add(List<Node> nodes)
    {
        foreach (var node in nodes)
        {
            if (node.Opcode is { } opcode)
            {
                _seen.Add(opcode);
            }
            if (node.Body is not null)
            {
                _seen.Add(Opcode.End);
            }
            if (node.Else is not null)
            {
                _seen.Add(Opcode.Else);
            }
            foreach (var list in node.Children)
            {
                Add(list);
            }
        }
    }
}

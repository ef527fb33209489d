using Tapedeck.Fuzz.Modules;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Generation;

/// <summary>Fills one function with code that is valid by construction: every part is asked for a value of a type, and makes one.</summary>
internal sealed class FunctionGenerator
{
    internal FunctionGenerator(Scope scope)
    {
        Scope = scope;
        Floats = new FloatGenerator(scope);
        Witness = new WitnessGenerator(scope, Floats);
        Memories = new MemoryGenerator(this);
        Tables = new TableGenerator(this);
        Calls = new CallGenerator(this);
        Control = new ControlGenerator(this);
        Expressions = new ExpressionGenerator(this);
        Statements = new StatementGenerator(this);
    }

    internal Scope Scope { get; }
    internal FloatGenerator Floats { get; }
    internal WitnessGenerator Witness { get; }
    internal MemoryGenerator Memories { get; }
    internal TableGenerator Tables { get; }
    internal CallGenerator Calls { get; }
    internal ControlGenerator Control { get; }
    internal ExpressionGenerator Expressions { get; }
    internal StatementGenerator Statements { get; }

    internal void Generate(int size)
    {
        var body = Control.Body([.. Scope.Function.Type.Results], size);
        // Before the locals are used up, the results are on the stack already.
        Scope.Function.Body = [Control.TakeFuel(), .. body, .. Witness.OfLocals()];
    }

    /// <summary>A value of a type.</summary>
    internal Node Value(ValType type, int size) => Expressions.Of(type, size);

    /// <summary>Values of types, the first first: one by one, or all from one call.</summary>
    internal List<Node> Values(IReadOnlyList<ValType> types, int size)
    {
        if (types.Count > 1 && size > 1 && Scope.Chance.Percent(40) && Several(types, size) is { } node)
        {
            return [node];
        }
        var values = new List<Node>();
        foreach (var type in types)
        {
            values.Add(Value(type, size / types.Count));
        }
        return values;
    }

    private Node? Several(IReadOnlyList<ValType> types, int size) =>
        Scope.Chance.Percent(40) ? Calls.Returning(types, size) : Control.AnyBlock([.. types], size);
}

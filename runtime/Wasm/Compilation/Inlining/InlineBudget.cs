using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Compilation.Splitting;

namespace Tapedeck.Wasm.Compilation.Inlining;

/// <summary>
/// Decides which calls of one function get the callee's body in their place, and keeps count of what that adds to the function. RATIONALE.md, "Which calls are
/// replaced by what they call?"
/// </summary>
internal sealed class InlineBudget(ModuleDeclaration module, int function, FunctionBody caller, int locals, EngineOptions options)
{
    /// <summary>Bodies inside each other.</summary>
    internal const int MostNested = 5;

    /// <summary>Bodies of one function inside each other, or inside the function itself.</summary>
    internal const int MostOfOneFunction = 4;

    private const int MostLocals = 16;
    private const int LeastGrowth = 6;

    private readonly List<int> _open = [function];
    private int _bytes = Math.Min(
        caller.End - caller.Start + (LeastGrowth * options.InlineThreshold), Planner.MostBytes(options.SplitThreshold) - (caller.End - caller.Start));
    private int _blocks = options.SplitThreshold - caller.Blocks;
    private int _keys = locals;

    /// <summary>Starts a body, if the function is small, simple, and not yet inside itself too often. Each is to be followed by <see cref="Leave"/>.</summary>
    internal InlinedBody? Enter(int callee)
    {
        if (callee < module.ImportedFunctions)
        {
            return null;
        }
        var code = module.Code[callee - module.ImportedFunctions];
        var bytes = code.End - code.Start;
        if (bytes > MostBytes(callee) || bytes > _bytes || code.Blocks > _blocks || code.HasTailCalls || !CanNest(callee))
        {
            return null;
        }
        var type = module.TypeOf(callee);
        var count = type.Parameters.Count + code.Locals.Sum(static run => run.Count);
        var blocks = options.SplitThreshold - _blocks + code.Blocks;
        if (count > MostLocals || type.Results.Count > MostLocals || (long)blocks * (_keys + count) > Planner.MostBlocksTimesLocals)
        {
            return null;
        }
        _bytes -= bytes;
        _blocks -= code.Blocks;
        _open.Add(callee);
        var body = new InlinedBody(callee, code, type, FunctionCompiler.LocalsOf(type, code), _keys);
        _keys += count;
        return body;
    }

    internal void Leave() => _open.RemoveAt(_open.Count - 1);

    // There are few functions that call themselves, and much to gain.
    private int MostBytes(int callee) => _open.Contains(callee) ? 2 * options.InlineThreshold : options.InlineThreshold;

    private bool CanNest(int callee) => _open.Count <= MostNested && _open.Count(open => open == callee) <= MostOfOneFunction;
}

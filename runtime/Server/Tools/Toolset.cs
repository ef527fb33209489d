using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tapedeck.Components;
using Tapedeck.Components.Types;
using Tapedeck.Manifest.Specs;

namespace Tapedeck.Server.Tools;

/// <summary>The tools that a component makes, by what its WasmTool says of them.</summary>
/// <param name="Problems">Where there is one, nothing may be served: a filter that names nothing might have been meant to hide something.</param>
internal sealed record Toolset(
    ImmutableArray<ServedFunction> Served, ImmutableArray<UnservedFunction> Unserved, ImmutableArray<string> Problems)
{
    private const int MostFunctions = 1_000;
    private const int MostNodes = 10_000;

    /// <summary>Of a schema. Many clients read messages of at most 64 levels, and one tool that they cannot read takes the whole list from them; the message round it has some as well.</summary>
    private const int MostDepth = 48;

    internal static Toolset Of(WitView wit, ToolsSpec spec)
    {
        var functions = wit.Exports.Functions.Select(function => (Interface: "", Function: function))
            .Concat(wit.Exports.Interfaces.SelectMany(item => item.Functions.Select(function => (Interface: item.Name, Function: function))))
            .Take(MostFunctions + 1)
            .ToArray();
        var served = ImmutableArray.CreateBuilder<ServedFunction>();
        var unserved = ImmutableArray.CreateBuilder<UnservedFunction>();
        // What a function may be called in the spec, and why it cannot be served; empty where it can.
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (@interface, function) in functions.Take(MostFunctions))
        {
            var export = @interface.Length == 0 ? function.Name : $"{@interface}#{function.Name}";
            var name = ToolNames.Of(@interface, function.Label);
            var reason = ReasonAgainst(function) ?? "";
            known[export] = reason;
            known[name] = known.GetValueOrDefault(name, reason).Length == 0 ? "" : reason;
            if (reason.Length > 0)
            {
                unserved.Add(new UnservedFunction(export, reason));
            }
            else if (IsWanted(name, export, spec))
            {
                served.Add(Serve(name, export, function, spec));
            }
        }
        var problems = Collisions(served).Concat(Misses(spec, known));
        problems = functions.Length > MostFunctions ? problems.Append($"the component exports more than {MostFunctions} functions") : problems;
        return new Toolset([.. served.OrderBy(one => one.Name, StringComparer.Ordinal)], unserved.ToImmutable(), [.. problems]);
    }

    /// <summary>Changes with any name, description or schema: what an agent relies on.</summary>
    internal string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var function in Served)
            {
                hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(function.Name)));
                hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(function.Description ?? "")));
                hash.AppendData(SHA256.HashData(function.InputSchema));
                hash.AppendData(SHA256.HashData(function.OutputSchema));
            }
            return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>What is said of an export is said of that function alone, and wins over a name that others may share.</summary>
    private static bool IsWanted(string name, string export, ToolsSpec spec) =>
        !spec.Exclude.Contains(export)
        && (spec.Include?.Contains(export) == true || (spec.Include?.Contains(name) != false && !spec.Exclude.Contains(name)));

    private static ServedFunction Serve(string name, string export, WitFunction function, ToolsSpec spec)
    {
        // Tenants write them in a cluster, and agents and pages show them as they do what publishers write.
        var own = (spec.Overrides.GetValueOrDefault(export) ?? spec.Overrides.GetValueOrDefault(name)) is { } given ? given with { Title = Shown(given.Title), Description = Shown(given.Description) } : null;
        var docs = function.Docs is { } text ? PublisherText.Clean(text, PublisherText.MostCharactersOfDescription) : null;
        var result = function.Type.Result is ResultType fallible ? fallible.Ok : function.Type.Result;
        return new ServedFunction(
            spec.Rename.GetValueOrDefault(export) ?? spec.Rename.GetValueOrDefault(name) ?? ToolNames.Fit(spec.Prefix + name, spec.Prefix + export),
            export,
            function.Type,
            new RecordType([.. function.Type.Parameters.Select(parameter => new Field(parameter.Name, parameter.Type))]),
            own?.Description ?? (string.IsNullOrEmpty(docs) ? null : docs),
            ToolSchema.OfInput(function.Type),
            ToolSchema.OfOutput(result),
            own);
    }

    private static string? Shown(string? text) => text is null ? null : PublisherText.Clean(text, PublisherText.MostCharactersOfDescription);

    private static string? ReasonAgainst(WitFunction function) =>
        function.Kind != WitFunctionKind.Freestanding ? $"it belongs to the resource {function.Resource}, and resources do not live across calls"
        : function.Type.IsAsync ? "it is async, which WASI 0.3 has"
        : (function.Type.Contents & TypeContents.Resource) != 0 ? "it takes or gives a resource, and resources do not live across calls"
        : (function.Type.Contents & TypeContents.Async) != 0 ? "it takes or gives a stream, future or error context"
        : function.Type.Nodes > MostNodes ? $"its types have {function.Type.Nodes} parts, more than {MostNodes}"
        : ToolSchema.DepthOf(function.Type) is > MostDepth and var depth ? $"its schemas are {depth} levels deep, more than {MostDepth}, and clients could not read the list of tools with them"
        : null;

    private static IEnumerable<string> Collisions(IEnumerable<ServedFunction> served) => served
        .GroupBy(function => function.Name, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{string.Join(" and ", group.Select(function => function.Export))} would both be called {group.Key}; in spec.tools rename or exclude one of them, by the name that it has here");

    /// <summary>What cannot be served may be excluded all the same.</summary>
    private static IEnumerable<string> Misses(ToolsSpec spec, Dictionary<string, string> known) =>
        new[] { ("include", spec.Include ?? []), ("exclude", [.. spec.Exclude.Where(name => !known.ContainsKey(name))]), ("rename", [.. spec.Rename.Keys]), ("overrides", [.. spec.Overrides.Keys]) }
        .SelectMany(list => list.Item2.Where(name => known.GetValueOrDefault(name) != "").Select(name =>
            $"spec.tools.{list.Item1} names {name}, which {(known.TryGetValue(name, out var reason) ? $"cannot be served: {reason}" : "the component does not export")}"));
}

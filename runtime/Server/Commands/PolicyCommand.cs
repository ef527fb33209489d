using System.Collections.Immutable;
using System.CommandLine;
using Tapedeck.Manifest;
using Tapedeck.Policy;
using Tapedeck.Policy.Merging;
using Tapedeck.Policy.Requests;
using Tapedeck.Policy.Specs;
using Tapedeck.Policy.Wassette;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck policy</c>: check, explain, test and convert, without running anything.</summary>
internal static class PolicyCommand
{
    private static readonly Argument<string[]> Files = new("FILE") { Description = "Files or folders with policies.", Arity = ArgumentArity.OneOrMore };
    private static readonly Argument<string> Request = new("REQUEST") { Description = WrittenRequest.Help };
    private static readonly Option<string[]> Labels = new("--label") { Description = "A label of the tool, as name=value; may be given again." };
    private static readonly Option<string> Namespace = new("--namespace", "-n") { Description = "The tool's namespace.", DefaultValueFactory = _ => "default" };
    private static readonly Argument<string> Cases = new("CASES") { Description = "A YAML file: a list of request, expect (allowed, denied or would-deny) and, if you want, rule." };
    private static readonly Argument<string> Wassette = new("POLICY") { Description = "A policy.yaml of Wassette." };
    private static readonly Option<string> Name = new("--name") { Description = "The name of the converted policy, and of the tool that it selects.", DefaultValueFactory = _ => "converted" };

    internal static Command Make()
    {
        var check = new Command("check", "Read policies and name everything that is wrong with them.") { Files };
        check.SetAction(CheckAsync);
        var explain = new Command("explain", "Tell whether a request would be allowed, and by what.") { Request, Session.Policies, Labels, Namespace };
        explain.SetAction(ExplainAsync);
        var test = new Command("test", "Run a file of expected decisions.") { Cases, Session.Policies, Labels, Namespace };
        test.SetAction(TestAsync);
        var convert = new Command("convert", "Convert a policy.yaml of Wassette, naming what it never enforced.") { Wassette, Name };
        convert.SetAction(ConvertAsync);
        return new Command("policy", "Check, explain, test and convert policies.") { check, explain, test, convert };
    }

    private static async Task<int> CheckAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var read = new ManifestFolder(arguments.GetValue(Files)!).ReadIfChanged()!;
        foreach (var problem in read.Problems)
        {
            await Console.Error.WriteLineAsync(problem);
        }
        if (read.Problems.IsEmpty)
        {
            await Console.Out.WriteLineAsync("all is well");
        }
        return read.Problems.IsEmpty ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> ExplainAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var grants = GrantsOf(arguments, out var problems);
        if (grants is null)
        {
            return await Session.Fail(problems, ExitCodes.Usage);
        }
        if (!WrittenRequest.TryParse(arguments.GetValue(Request)!, out var request, out var problem))
        {
            return await Session.Fail(problem, ExitCodes.Usage);
        }
        await Console.Out.WriteAsync(Explain.Why(request, grants));
        return grants.Decide(request).Allowed ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> TestAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var grants = GrantsOf(arguments, out var problems);
        if (grants is null)
        {
            return await Session.Fail(problems, ExitCodes.Usage);
        }
        var file = arguments.GetValue(Cases)!;
        if (!File.Exists(file))
        {
            return await Session.Fail($"{file}: there is no such file", ExitCodes.Usage);
        }
        var cases = DecisionCases.Read(file, await File.ReadAllTextAsync(file, cancellationToken), out var unread);
        if (!unread.IsEmpty)
        {
            return await Session.Fail(string.Join('\n', unread), ExitCodes.Usage);
        }
        var failed = 0;
        foreach (var one in cases)
        {
            if (one.Mismatch(grants) is { } mismatch)
            {
                failed++;
                await Console.Error.WriteLineAsync(mismatch);
            }
        }
        await Console.Out.WriteLineAsync($"{cases.Length - failed} passed, {failed} failed");
        return failed == 0 ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> ConvertAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (file, name) = (arguments.GetValue(Wassette)!, arguments.GetValue(Name)!);
        if (!File.Exists(file))
        {
            return await Session.Fail($"{file}: there is no such file", ExitCodes.Usage);
        }
        var selector = new LabelSelector(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("app.kubernetes.io/name", name), []);
        var conversion = WassettePolicy.Convert(file, await File.ReadAllTextAsync(file, cancellationToken), selector);
        if (conversion.Spec is not { } spec)
        {
            return await Session.Fail(string.Join('\n', conversion.Problems), ExitCodes.Failed);
        }
        await Console.Out.WriteAsync(YamlText.Write(PolicyNodes.Of(new PolicyObject<CapabilityPolicySpec>("", name, 0, spec))));
        foreach (var note in conversion.Notes)
        {
            await Console.Error.WriteLineAsync($"note: {note}");
        }
        return ExitCodes.Success;
    }

    private static Grants? GrantsOf(ParseResult arguments, out string problems)
    {
        var read = Session.ReadPolicies(arguments);
        problems = string.Join('\n', read.Problems);
        var labels = (arguments.GetValue(Labels) ?? []).Select(text => text.Split('=', 2)).Where(pair => pair.Length == 2)
            .ToImmutableSortedDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        var tool = new WasmTool(arguments.GetValue(Namespace)!, "tool", 0, labels, new Manifest.Specs.WasmToolSpec { Component = new Manifest.Specs.FileSource("", "") });
        return read.Problems.IsEmpty ? GrantsMerge.Merge(read.Book.For(tool, 1, []), null) : null;
    }
}

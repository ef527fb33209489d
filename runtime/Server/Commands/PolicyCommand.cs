using System.Collections.Immutable;
using System.CommandLine;
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
    private static readonly Argument<string> Cases = new("CASES") { Description = "A YAML file with cases: a list of request, expect (allowed, denied or would-deny) and, if you want, rule." };
    private static readonly Argument<string> Wassette = new("POLICY") { Description = "A policy.yaml of Wassette." };
    private static readonly Option<string> Name = new("--name") { Description = "The name of the converted policy, and of the tool that it selects.", DefaultValueFactory = _ => "converted" };

    internal static Command Make()
    {
        var check = new Command("check", "Read policies and name everything that is wrong with them.") { Files, Output.Format };
        check.SetAction(CheckAsync);
        var explain = new Command("explain", "Tell whether a request would be allowed, and by what.") { Request, Session.Policies, JudgedTool.Tool, NamedTool.Labels, NamedTool.Namespace, JudgedTool.Repository, JudgedTool.Signers, Output.Format };
        explain.SetAction(ExplainAsync);
        var test = new Command("test", "Run a file of expected decisions.") { Cases, Session.Policies, JudgedTool.Tool, NamedTool.Labels, NamedTool.Namespace, JudgedTool.Repository, JudgedTool.Signers, Output.Format };
        test.SetAction(TestAsync);
        var convert = new Command("convert", "Convert a policy.yaml of Wassette, naming what it never enforced.") { Wassette, Name };
        convert.SetAction(ConvertAsync);
        return new Command("policy", "Check, explain, test and convert policies.") { check, explain, test, convert, WassetteManifestCommand.Make() };
    }

    private static async Task<int> CheckAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var files = arguments.GetValue(Files)!;
        var read = new ManifestFolder(files).ReadIfChanged() ?? new Desired([], []);
        if (read.Problems.IsEmpty && read.Tools.IsEmpty && read.Book.Count == 0)
        {
            return await Session.Fail($"{string.Join(", ", files)}: there is no tool and no policy; name YAML files, or a folder with some", ExitCodes.Failed);
        }
        if (Output.TryWrite(arguments, new MappingBuilder().Plain("good", read.Problems.IsEmpty ? "true" : "false").Texts("problems", read.Problems).Build()))
        {
            return read.Problems.IsEmpty ? ExitCodes.Success : ExitCodes.Failed;
        }
        foreach (var problem in read.Problems)
        {
            await Console.Error.WriteLineAsync(problem);
        }
        if (read.Problems.IsEmpty)
        {
            await Console.Out.WriteLineAsync($"all is well: {read.Tools.Length} tools, {read.Book.Count} policies");
        }
        return read.Problems.IsEmpty ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> ExplainAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (GrantsOf(arguments, out var problems) is not { } grants)
        {
            return await Session.Fail(problems, ExitCodes.Usage);
        }
        if (!WrittenRequest.TryParse(arguments.GetValue(Request)!, out var request, out var problem))
        {
            return await Session.Fail(problem, ExitCodes.Usage);
        }
        var decision = grants.Decide(request);
        var node = new MappingBuilder()
            .Text("request", request.ToString())
            .Text("verdict", DecisionCases.Word(decision.Verdict))
            .Text("message", decision.Message)
            .Text("rule", decision.Rule?.ToString())
            .Texts("why", Explain.Why(request, grants).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Build();
        if (!Output.TryWrite(arguments, node))
        {
            await Console.Out.WriteAsync(Explain.Why(request, grants));
        }
        return decision.Allowed ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static async Task<int> TestAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (GrantsOf(arguments, out var problems) is not { } grants)
        {
            return await Session.Fail(problems, ExitCodes.Usage);
        }
        var file = arguments.GetValue(Cases)!;
        var cases = DecisionCases.Read(file, TextOf(file), out var unread);
        if (!unread.IsEmpty)
        {
            return await Session.Fail(string.Join('\n', unread), ExitCodes.Usage);
        }
        if (cases.IsEmpty)
        {
            // A file that lost its cases would pass for ever.
            return await Session.Fail($"{file}: there is no case; expected is a list, cases, of request and expect", ExitCodes.Usage);
        }
        var mismatches = cases.Select(one => one.Mismatch(grants)).OfType<string>().ToArray();
        var code = mismatches.Length == 0 ? ExitCodes.Success : ExitCodes.Failed;
        var node = new MappingBuilder().Plain("passed", $"{cases.Length - mismatches.Length}").Plain("failed", $"{mismatches.Length}").Texts("mismatches", mismatches).Build();
        if (Output.TryWrite(arguments, node))
        {
            return code;
        }
        foreach (var mismatch in mismatches)
        {
            await Console.Error.WriteLineAsync(mismatch);
        }
        await Console.Out.WriteLineAsync($"{cases.Length - mismatches.Length} passed, {mismatches.Length} failed");
        return code;
    }

    private static async Task<int> ConvertAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var (file, name) = (arguments.GetValue(Wassette)!, arguments.GetValue(Name)!);
        var selector = new LabelSelector(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("app.kubernetes.io/name", name), []);
        var conversion = WassettePolicy.Convert(file, TextOf(file), selector);
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

    internal static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StartException.Unreadable("the file", file, exception, "name one that this user may read");
        }
    }

    /// <summary>What the policies grant. That none of them is for the tool is an answer as well, but hardly the one that was asked for, so it is said.</summary>
    private static Grants? GrantsOf(ParseResult arguments, out string problems)
    {
        var read = Session.ReadPolicies(arguments);
        problems = string.Join('\n', read.Problems);
        if (!read.Problems.IsEmpty)
        {
            return null;
        }
        var tool = JudgedTool.Of(arguments, read);
        var signers = JudgedTool.SignersOf(arguments);
        if (read.Book.SelectorsOf(tool, signers) is { Length: > 0 } selectors)
        {
            Console.Error.WriteLine($"note: no policy that was given selects this tool: {string.Join("; ", selectors)}. Say who the tool is: --tool, or --label, --namespace and --repository; --signer");
        }
        return GrantsMerge.Merge(read.Book.For(tool, 1, signers), null);
    }
}

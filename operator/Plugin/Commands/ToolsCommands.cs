using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Plugin.Calls;

namespace Tapedeck.Plugin.Commands;

/// <summary><c>tools</c> and <c>call</c>: asks the endpoint of a tool as an agent would, through a port that kubectl forwards.</summary>
internal static class ToolsCommands
{
    private const int LongestTimeout = 86_400;

    private static readonly Argument<string> Tool = Cluster.Tool();
    private static readonly Argument<string> Function = new("FUNCTION") { Description = "What tools lists." };
    private static readonly Option<string> Arguments = new("--args") { Description = "Its arguments in JSON.", DefaultValueFactory = _ => "{}" };
    private static readonly Option<string?> Url = new("--url") { Description = "Where the endpoint is, instead of forwarding a port to it." };
    private static readonly Option<string?> TokenFile = new("--token-file") { Description = "The file with the bearer token that the endpoint wants." };
    private static readonly Option<string> Kubectl = new("--kubectl") { Description = "What forwards the port.", DefaultValueFactory = _ => "kubectl", Hidden = true };
    private static readonly Option<int> Timeout = MakeTimeout();
    private static readonly Option<bool> Json = new("--json") { Description = "The answer as the server gave it." };

    private static Option<int> MakeTimeout()
    {
        var option = new Option<int>("--timeout") { Description = $"Seconds to wait for the answer, 1 to {LongestTimeout}.", DefaultValueFactory = _ => 60 };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > LongestTimeout)
            {
                result.AddError($"--timeout expects 1 to {LongestTimeout} seconds");
            }
        });
        return option;
    }

    internal static Command MakeTools()
    {
        var command = new Command("tools", "List what a tool serves, with descriptions.") { Tool, Url, TokenFile, Kubectl, Timeout, Json };
        command.SetAction((arguments, cancellationToken) => AskAsync(arguments, (mcp, output) => ListAsync(arguments, mcp, output, cancellationToken), cancellationToken));
        return command;
    }

    internal static Command MakeCall()
    {
        var command = new Command("call", "Call a function of a tool. Ends with 1 where it fails.") { Tool, Function, Arguments, Url, TokenFile, Kubectl, Timeout, Json };
        command.SetAction((arguments, cancellationToken) => AskAsync(arguments, (mcp, output) => CallAsync(arguments, mcp, output, cancellationToken), cancellationToken));
        return command;
    }

    private static Task<int> AskAsync(ParseResult arguments, Func<McpClient, TextWriter, Task<int>> ask, CancellationToken cancellationToken) =>
        Cluster.WithToolAsync(arguments, arguments.GetValue(Tool)!, async (client, tool) =>
        {
            try
            {
                using var http = McpClient.MakeHttp(TimeSpan.FromSeconds(arguments.GetValue(Timeout)));
                if (arguments.GetValue(Url) is { } url)
                {
                    return await ask(new McpClient(http, new Uri(url), null, Token(arguments)), arguments.InvocationConfiguration.Output);
                }
                var endpoint = tool.Text("status", "endpoint");
                if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var inside))
                {
                    return await Cluster.FailAsync(arguments, $"the tool has no endpoint: see kubectl tapedeck status {tool.Key.Name}", ExitCodes.Failed);
                }
                await using var forwarding = await Forwarding.OpenAsync(arguments.GetValue(Kubectl)!, Way(arguments, tool, inside), cancellationToken);
                var here = new UriBuilder(inside) { Host = "127.0.0.1", Port = forwarding.Port }.Uri;
                // The name for the guard against rebinding, and for TLS.
                return await ask(new McpClient(http, here, inside.Authority, Token(arguments)), arguments.InvocationConfiguration.Output);
            }
            catch (CallException error)
            {
                return await Cluster.FailAsync(arguments, error.Message, ExitCodes.Unavailable);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or UriFormatException or JsonException)
            {
                return await Cluster.FailAsync(arguments, error.Message, ExitCodes.Usage);
            }
        }, cancellationToken);

    private static IEnumerable<string> Way(ParseResult arguments, ToolView tool, Uri inside)
    {
        string[] from = [.. Given("--kubeconfig", arguments.GetValue(Cluster.KubeConfigFile)), .. Given("--context", arguments.GetValue(Cluster.Context))];
        return [.. from, "--namespace", tool.Key.Namespace, $"service/{tool.Key.Name}", $":{inside.Port}"];
    }

    private static IEnumerable<string> Given(string option, string? value) => string.IsNullOrEmpty(value) ? [] : [option, value];

    private static string? Token(ParseResult arguments) => arguments.GetValue(TokenFile) is { } file ? File.ReadAllText(file).Trim() : null;

    private static async Task<int> ListAsync(ParseResult arguments, McpClient mcp, TextWriter output, CancellationToken cancellationToken)
    {
        var tools = await mcp.ToolsAsync(cancellationToken);
        if (arguments.GetValue(Json))
        {
            await output.WriteLineAsync(new JsonArray([.. tools.Select(tool => tool.DeepClone())]).ToJsonString());
            return ExitCodes.Success;
        }
        Shown.Table(output, ["FUNCTION", "ARGUMENTS", "DESCRIPTION"], tools.Select(tool => new[]
        {
            Text(tool["name"]), string.Join(", ", ((tool["inputSchema"] as JsonObject)?["properties"] as JsonObject ?? []).Select(property => property.Key)), Text(tool["description"]),
        }));
        return ExitCodes.Success;
    }

    private static async Task<int> CallAsync(ParseResult arguments, McpClient mcp, TextWriter output, CancellationToken cancellationToken)
    {
        if (JsonNode.Parse(arguments.GetValue(Arguments)!) is not JsonObject values)
        {
            return await Cluster.FailAsync(arguments, "--args: expected an object in JSON", ExitCodes.Usage);
        }
        var result = await mcp.CallAsync(arguments.GetValue(Function)!, values, cancellationToken);
        var isError = result["isError"] is JsonValue flag && flag.TryGetValue<bool>(out var failed) && failed;
        if (arguments.GetValue(Json))
        {
            await output.WriteLineAsync(result.ToJsonString());
            return isError ? ExitCodes.Failed : ExitCodes.Success;
        }
        foreach (var content in (result["content"] as JsonArray ?? []).OfType<JsonObject>())
        {
            Shown.Line(output, content["text"] is { } text ? Text(text) : content.ToJsonString());
        }
        if (isError && ((result["_meta"] as JsonObject)?["tapedeck.dev/error"] as JsonObject)?["code"] is { } code)
        {
            var hint = Text(code) == "denied" ? $"; kubectl tapedeck why {arguments.GetValue(Tool)} tells by which rule" : "";
            return await Cluster.FailAsync(arguments, $"{Text(code)}{hint}", ExitCodes.Failed);
        }
        return isError ? ExitCodes.Failed : ExitCodes.Success;
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";
}

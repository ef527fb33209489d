using System.CommandLine;
using System.Text.Json;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck stats</c>: what a running server says of itself on its operations port.</summary>
internal static class StatsCommand
{
    private static readonly Option<string> Address = new("--operations") { Description = "The server's operations port.", DefaultValueFactory = _ => "127.0.0.1:9090" };

    private static readonly string[] ListsOfProblems = ["problems", "conflicts", "unavailable"];

    internal static Command Make()
    {
        var command = new Command("stats", "Show the tools of a running server, their policies and what is missing.") { Address, Output.Format };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        byte[] text;
        try
        {
            text = await client.GetByteArrayAsync(new Uri($"http://{arguments.GetValue(Address)}/status"), cancellationToken);
            using var status = JsonDocument.Parse(text);
            if (!Output.TryWrite(arguments, text))
            {
                Print(status.RootElement);
            }
            return ExitCodes.Success;
        }
        catch (Exception exception) when (exception is HttpRequestException { StatusCode: null } || exception is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return await Session.Fail($"{arguments.GetValue(Address)} does not answer: {exception.Message}; start the server with --operations ADDRESS:PORT, and name the same here", ExitCodes.Unavailable);
        }
        catch (Exception exception) when (exception is HttpRequestException or UriFormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return await Session.Fail($"{arguments.GetValue(Address)} is no operations port of tapedeck; name the ADDRESS:PORT that the server was started with as --operations", ExitCodes.Usage);
        }
    }

    private static void Print(JsonElement status)
    {
        var tools = status.GetProperty("tools").EnumerateArray().ToArray();
        Output.Table(["Tool", "Serving", "Digest", "Policy", "Running", "Not granted"], tools.Select(Row));
        foreach (var problem in Texts(status, "problems").Concat(Texts(status, "notReady")).Concat(tools.SelectMany(ProblemsOf)).Distinct())
        {
            Console.Out.WriteLine(Output.Shown(problem, Console.IsOutputRedirected));
        }
    }

    private static IEnumerable<string> ProblemsOf(JsonElement tool) =>
        ListsOfProblems.SelectMany(name => Texts(tool.GetProperty("policy"), name)).Select(problem => $"{tool.GetProperty("name").GetString()}: {problem}");

    private static IEnumerable<string> Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(one => one.GetString()!) : [];

    private static string[] Row(JsonElement tool) =>
    [
        tool.GetProperty("name").GetString()!,
        tool.GetProperty("serving").GetBoolean() ? "yes" : tool.TryGetProperty("failure", out var failure) ? failure.GetProperty("reason").GetString()! : "no",
        tool.TryGetProperty("artifact", out var artifact) ? artifact.GetProperty("digest").GetString()![..19] : "",
        $"{tool.GetProperty("policy").GetProperty("generation")} {tool.GetProperty("policy").GetProperty("mode").GetString()}",
        tool.GetProperty("running").ToString(),
        tool.TryGetProperty("missingCapabilities", out var missing) ? string.Join(", ", missing.EnumerateArray().Select(one => one.GetString())) : "",
    ];
}

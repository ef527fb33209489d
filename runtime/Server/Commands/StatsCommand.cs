using System.CommandLine;
using System.Text.Json;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck stats</c>: what a running server says of itself on its operations port.</summary>
internal static class StatsCommand
{
    private static readonly Option<string> Address = new("--operations") { Description = "The server's operations port.", DefaultValueFactory = _ => "127.0.0.1:9090" };

    internal static Command Make()
    {
        var command = new Command("stats", "Show the tools of a running server, their policies and what is missing.") { Address, Output.Format };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        string text;
        try
        {
            text = await client.GetStringAsync(new Uri($"http://{arguments.GetValue(Address)}/status"), cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            return await Session.Fail($"{arguments.GetValue(Address)} does not answer: {exception.Message}; start the server with --operations", ExitCodes.Unavailable);
        }
        if (Output.IsJson(arguments))
        {
            await Console.Out.WriteLineAsync(text);
            return ExitCodes.Success;
        }
        using var status = JsonDocument.Parse(text);
        Output.Table(["Tool", "Serving", "Digest", "Policy", "Running", "Not granted"], status.RootElement.GetProperty("tools").EnumerateArray().Select(Row));
        return ExitCodes.Success;
    }

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

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tapedeck.Mcp.Protocol;

namespace Tapedeck.Mcp.Fixture;

/// <summary>
/// Tools that ask the client, <see href="https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr"/>. In a session of an
/// older revision the SDK asks by requests of the server, and calls again with the answers.
/// </summary>
internal static class InputTools
{
    private const string MessageSchema = """{"type":"object","properties":{"message":{"type":"string"}},"required":["message"]}""";
    private const string PromptSchema = """{"type":"object","properties":{"prompt":{"type":"string"}},"required":["prompt"]}""";
    private const string Roots = """{"method":"roots/list","params":{}}""";

    // Sealed for the life of the process: a state of another process is as good as a forged one.
    private static readonly byte[] SealKey = RandomNumberGenerator.GetBytes(32);

    internal static IEnumerable<ITool> All() =>
    [
        new FixtureTool("test_sampling", "Asks the client's model", static (arguments, context) =>
            Reply(Sampling(context, "answer", Argument(arguments, "prompt"), static answer => $"LLM response: {TextOf(answer)}")), PromptSchema),
        new FixtureTool("test_elicitation", "Asks the user", static (arguments, context) =>
            Reply(Elicit(context, "answer", Form(Argument(arguments, "message"), "response"))), MessageSchema),
        new FixtureTool("test_elicitation_sep1034_defaults", "Asks the user, with defaults", static context => Elicit(context, "answer", Forms.Defaults)),
        new FixtureTool("test_elicitation_sep1330_enums", "Asks the user to choose", static context => Elicit(context, "answer", Forms.Choices)),

        new FixtureTool("test_input_required_result_elicitation", "Asks for a name", static context => AskName(context)),
        new FixtureTool("test_input_required_result_sampling", "Asks the client's model", static context =>
            Sampling(context, "capital_question", "What is the capital of France?", static answer => $"The model said: {TextOf(answer)}")),
        new FixtureTool("test_input_required_result_list_roots", "Asks for roots", static context => Response(context, "client_roots") is not null
            ? ToolResult.Text("The client has roots.")
            : Ask(context, null, ("client_roots", Roots))),
        new FixtureTool("test_input_required_result_request_state", "Sends a state around", static context => context.RequestState == "state-1"
            ? ToolResult.Text("state-ok")
            : Ask(context, "state-1", ("confirm", Form("Please confirm", "ok", "boolean")))),
        new FixtureTool("test_input_required_result_multiple_inputs", "Asks three things at once", static context => MultipleInputs(context)),
        new FixtureTool("test_input_required_result_multi_round", "Asks twice", static context => context.RequestState switch
        {
            "round-2" => ToolResult.Text("Both were answered."),
            "round-1" => Ask(context, "round-2", ("step2", Form("Step 2: What is your favorite color?", "color"))),
            _ => Ask(context, "round-1", ("step1", Form("Step 1: What is your name?", "name"))),
        }),
        new FixtureTool("test_input_required_result_tampered_state", "Seals its state", static context => SealedState(context)),
        new FixtureTool("test_input_required_result_capabilities", "Asks what the client can answer", static context => WhatIsDeclared(context)),
    ];

    private static ToolReply AskName(CallContext context) => Response(context, "user_name") is { } answer
        && answer.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object && content.TryGetProperty("name", out var name)
            ? ToolResult.Text($"Hello, {name}!")
            : Ask(context, null, ("user_name", Form("What is your name?", "name")));

    private static ToolReply MultipleInputs(CallContext context) =>
        Response(context, "user_name") is not null && Response(context, "greeting") is not null && Response(context, "client_roots") is not null
            ? ToolResult.Text("All three were answered.")
            : Ask(context, "multiple-inputs",
                ("user_name", Form("What is your name?", "name")), ("greeting", SamplingRequest("Write a greeting")), ("client_roots", Roots));

    private static ToolReply SealedState(CallContext context)
    {
        if (context.RequestState is not { } state)
        {
            return Ask(context, Seal(RandomNumberGenerator.GetHexString(16)), ("confirm", Form("Please confirm", "ok", "boolean")));
        }
        var dot = state.IndexOf('.');
        return dot > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Seal(state[..dot])), Encoding.UTF8.GetBytes(state))
            ? ToolResult.Text("The state is whole.")
            : new ProtocolError(ErrorCodes.InvalidParams, "Invalid params: requestState is not one that this server gave");
    }

    private static ToolReply WhatIsDeclared(CallContext context)
    {
        if (!context.InputResponses.IsEmpty)
        {
            return ToolResult.Text("The client answered.");
        }
        (string, string, string)[] all =
        [
            ("elicitation", "user_name", Form("What is your name?", "name")),
            ("sampling", "capital_question", SamplingRequest("What is the capital of France?")),
            ("roots", "client_roots", Roots),
        ];
        var asked = all.Where(ask => Capabilities.Declared(context, ask.Item1)).Select(static ask => (ask.Item2, ask.Item3)).ToArray();
        return asked.Length == 0 ? ToolResult.Text("The client can answer nothing.") : Required(null, asked);
    }

    private static ToolReply Sampling(CallContext context, string key, string prompt, Func<JsonElement, string> say) =>
        Response(context, key) is { } answer ? ToolResult.Text(say(answer)) : Ask(context, null, (key, SamplingRequest(prompt)));

    private static ToolReply Elicit(CallContext context, string key, string form) => Response(context, key) is { } answer
        ? ToolResult.Text($"Elicitation completed: {answer.GetRawText()}")
        : Ask(context, null, (key, form));

    /// <summary>Asks, if the client can answer all of it.</summary>
    private static ToolReply Ask(CallContext context, string? state, params (string Key, string Request)[] requests)
    {
        var needed = requests.Select(static ask => ask.Request[(ask.Request.IndexOf(':') + 2)..].Split('/')[0]).Distinct().ToArray();
        return Capabilities.Missing(context, needed) is { } error ? error : Required(state, requests);
    }

    private static InputRequired Required(string? state, (string Key, string Request)[] requests) => new()
    {
        InputRequests = Encoding.UTF8.GetBytes($"{{{string.Join(',', requests.Select(static ask => $"\"{ask.Key}\":{ask.Request}"))}}}"),
        RequestState = state,
    };

    private static string Form(string message, string field, string type = "string") => $$$$"""
        {"method":"elicitation/create","params":{"mode":"form","message":{{{{JsonSerializer.Serialize(message)}}}},"requestedSchema":{"type":"object","properties":{"{{{{field}}}}":{"type":"{{{{type}}}}"}},"required":["{{{{field}}}}"]}}}
        """;

    private static string SamplingRequest(string prompt) => $$$"""
        {"method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":{{{JsonSerializer.Serialize(prompt)}}}}}],"maxTokens":100}}
        """;

    /// <summary>The client's answer, if it is one at all.</summary>
    private static JsonElement? Response(CallContext context, string key)
    {
        if (context.InputResponses.IsEmpty)
        {
            return null;
        }
        using var responses = JsonDocument.Parse(context.InputResponses);
        return responses.RootElement.TryGetProperty(key, out var answer) && answer.ValueKind == JsonValueKind.Object ? answer.Clone() : null;
    }

    private static string Argument(ReadOnlyMemory<byte> arguments, string name)
    {
        using var document = JsonDocument.Parse(arguments);
        return document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
    }

    private static string TextOf(JsonElement answer) => answer.TryGetProperty("content", out var content) ? content.ToString() : "nothing";

    private static string Seal(string text) => $"{text}.{Convert.ToHexString(HMACSHA256.HashData(SealKey, Encoding.UTF8.GetBytes(text)))}";

    private static ValueTask<ToolReply> Reply(ToolReply reply) => ValueTask.FromResult(reply);
}

using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Tapedeck.Mcp.Fixture;

/// <summary>The prompts that the conformance suite asks for.</summary>
internal static class FixturePrompts
{
    private static readonly Prompt[] Prompts =
    [
        new() { Name = "test_simple_prompt", Description = "Without arguments" },
        new()
        {
            Name = "test_prompt_with_arguments",
            Description = "With arguments",
            Arguments = [Argument("arg1"), Argument("arg2")],
        },
        new() { Name = "test_prompt_with_embedded_resource", Description = "With a resource", Arguments = [Argument("resourceUri")] },
        new() { Name = "test_prompt_with_image", Description = "With an image" },
        new() { Name = "test_input_required_result_prompt", Description = "Asks the user first" },
    ];

    internal static void Configure(McpServerHandlers handlers)
    {
        handlers.ListPromptsHandler = static (_, _) => ValueTask.FromResult(new ListPromptsResult { Prompts = [.. Prompts] });
        handlers.GetPromptHandler = static (request, _) => ValueTask.FromResult(Get(request.Params));
        handlers.CompleteHandler = static (request, _) => ValueTask.FromResult(Complete(request.Params));
    }

    private static GetPromptResult Get(GetPromptRequestParams request) => request.Name switch
    {
        "test_simple_prompt" => Result(Text("This is a simple prompt for testing.")),
        "test_prompt_with_arguments" => Result(Text($"Prompt with arguments: arg1='{ValueOf(request, "arg1")}', arg2='{ValueOf(request, "arg2")}'")),
        "test_prompt_with_embedded_resource" => Result(
            new EmbeddedResourceBlock
            {
                Resource = new TextResourceContents
                {
                    Uri = ValueOf(request, "resourceUri"),
                    MimeType = "text/plain",
                    Text = "Embedded resource content for testing.",
                },
            },
            Text("Please process the embedded resource above.")),
        "test_prompt_with_image" => Result(
            new ImageContentBlock { Data = Encoding.ASCII.GetBytes(Samples.Png), MimeType = "image/png" },
            Text("Please analyze the image above.")),
        "test_input_required_result_prompt" => AskFirst(request),
        _ => throw new McpProtocolException($"Unknown prompt: {request.Name}", McpErrorCode.InvalidParams),
    };

    private static GetPromptResult AskFirst(GetPromptRequestParams request)
    {
        if (request.InputResponses?.ContainsKey("user_context") == true)
        {
            return Result(Text("Go on with the context that was given."));
        }
        throw new InputRequiredException(new Dictionary<string, InputRequest>
        {
            ["user_context"] = InputRequest.ForElicitation(new ElicitRequestParams
            {
                Message = "What context should the prompt use?",
                RequestedSchema = new ElicitRequestParams.RequestSchema
                {
                    Properties = new Dictionary<string, ElicitRequestParams.PrimitiveSchemaDefinition> { ["context"] = new ElicitRequestParams.StringSchema() },
                    Required = ["context"],
                },
            }),
        });
    }

    private static CompleteResult Complete(CompleteRequestParams request)
    {
        string[] all = ["paris", "park", "party"];
        var fitting = all.Where(value => value.StartsWith(request.Argument.Value, StringComparison.OrdinalIgnoreCase)).ToArray();
        return new CompleteResult { Completion = new Completion { Values = fitting, Total = fitting.Length, HasMore = false } };
    }

    private static string ValueOf(GetPromptRequestParams request, string name) =>
        request.Arguments?.TryGetValue(name, out var value) == true && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new McpProtocolException($"Invalid params: the argument {name} is missing", McpErrorCode.InvalidParams);

    private static GetPromptResult Result(params ContentBlock[] blocks) =>
        new() { Messages = [.. blocks.Select(static block => new PromptMessage { Role = Role.User, Content = block })] };

    private static TextContentBlock Text(string text) => new() { Text = text };

    private static PromptArgument Argument(string name) => new() { Name = name, Description = "A value", Required = true };
}

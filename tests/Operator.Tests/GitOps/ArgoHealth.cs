using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tapedeck.Kube.Objects;
using Xunit;

namespace Tapedeck.Operator.Tests.GitOps;

/// <summary>Runs config/argocd/health.lua in Lua 5.1, which is what Argo CD's interpreter is: the object is the global <c>obj</c>, and there are no libraries but the basic one.</summary>
internal static class ArgoHealth
{
    internal static string Script { get; } = Repository.Read("config", "argocd", "health.lua");

    /// <summary>Status and message of each.</summary>
    internal static async Task<(string Status, string Message)[]> OfAsync(IEnumerable<KubeObject> objects)
    {
        var program = new StringBuilder();
        foreach (var @object in objects)
        {
            program.Append("do local environment = {ipairs = ipairs, pairs = pairs, type = type, tostring = tostring, obj = ");
            Write(program, @object.Json);
            program.Append($"}}\nlocal check = setfenv(assert(loadstring({Quoted(Script)})), environment)\nlocal health = check()\nio.write(health.status, '\\t', (health.message:gsub('%s', ' ')), '\\n') end\n");
        }
        var start = new ProcessStartInfo(DebianProgram.Find("lua5.1")!, ["-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(program);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(parts => (parts[0], parts[1]))];
    }

    private static void Write(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var field in value.EnumerateObject())
                {
                    text.Append($"[{Quoted(field.Name)}]=");
                    Write(text, field.Value);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('{');
                foreach (var item in value.EnumerateArray())
                {
                    Write(text, item);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonValueKind.String:
                text.Append(Quoted(value.GetString()!));
                break;
            case JsonValueKind.Null:
                text.Append("nil");
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    /// <summary>Every byte as a number, so that nothing in a text is anything else.</summary>
    private static string Quoted(string text) => $"\"{string.Concat(Encoding.UTF8.GetBytes(text).Select(one => $"\\{one:000}"))}\"";
}

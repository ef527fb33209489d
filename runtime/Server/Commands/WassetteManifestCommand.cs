using System.CommandLine;
using System.Security.Cryptography;
using Tapedeck.Manifest.Wassette;
using Tapedeck.Manifest.Writing;
using Tapedeck.Policy.Writing;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck policy convert-manifest</c>: what <c>policy convert</c> does for a policy, for a provisioning manifest of Wassette.</summary>
internal static class WassetteManifestCommand
{
    private static readonly Argument<string> File = new("MANIFEST") { Description = "A provisioning manifest of Wassette." };

    internal static Command Make()
    {
        var command = new Command("convert-manifest", "Convert a provisioning manifest of Wassette into WasmTools and their policies, naming what it never enforced.") { File };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(File)!;
        var converted = WassetteManifest.Convert(file, PolicyCommand.TextOf(file), HashOf);
        if (!converted.Problems.IsEmpty)
        {
            return await Session.Fail(string.Join('\n', converted.Problems), ExitCodes.Failed);
        }
        var documents = converted.Tools.SelectMany(tool => tool.Policy is { } policy ? new[] { WasmToolNodes.Of(tool.Tool), PolicyNodes.Of(policy) } : [WasmToolNodes.Of(tool.Tool)]);
        await Console.Out.WriteAsync(string.Join("---\n", documents.Select(YamlText.Write)));
        foreach (var note in converted.Notes)
        {
            await Console.Error.WriteLineAsync($"note: {note}");
        }
        return ExitCodes.Success;
    }

    private static string? HashOf(string path)
    {
        try
        {
            using var stream = System.IO.File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Tapedeck.Oci.Credentials;

namespace Tapedeck.Server.Loading;

/// <summary>A credential helper of docker, which the user's own configuration file names. On a laptop only.
/// <see href="https://github.com/docker/docker-credential-helpers#development"/></summary>
/// <remarks>RATIONALE.md, "When is a credential helper started?"</remarks>
internal static class CredentialHelper
{
    private const int MostCharacters = 64 << 10;

    // What docker writes the login of its own hub under.
    private const string DockerHub = "docker.io";
    private const string DockerHubServer = "https://index.docker.io/v1/";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The login of a registry; null where the helper knows none or does not work, and then the pull goes on without one.</summary>
    internal static Task<Login?> AskAsync(string name, string registry, CancellationToken cancellationToken) =>
        AskAsync(name, registry, Environment.GetEnvironmentVariable("PATH"), cancellationToken);

    /// <param name="path">The value of PATH: where the helper is looked for, as docker does, and nowhere else.</param>
    internal static async Task<Login?> AskAsync(string name, string registry, string? path, CancellationToken cancellationToken)
    {
        // A name and no path.
        if (name.Length is 0 or > 100 || !name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') || Find($"docker-credential-{name}", path) is not { } program)
        {
            return null;
        }
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, ["get"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
#pragma warning disable RS0030 // The user's own docker configuration names it, as for docker. No shell reads the name.
            process.Start();
#pragma warning restore RS0030
            // Nobody reads it, and a helper that says much there is not to wait for a reader.
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, both.Token);
            await process.StandardInput.WriteAsync((registry == DockerHub ? DockerHubServer : registry).AsMemory(), both.Token);
            process.StandardInput.Close();
            var output = await ReadAsync(process.StandardOutput, both.Token);
            await process.WaitForExitAsync(both.Token);
            return process.ExitCode == 0 ? Parse(output) : null;
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // It is not installed or hangs. A registry that asks for a login says so, and its error names the helper.
            return null;
        }
        finally
        {
            Stop(process);
        }
    }

    /// <summary>Null where it is no answer of a helper.</summary>
    internal static Login? Parse(string output)
    {
        try
        {
            using var json = JsonDocument.Parse(output);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("Username", out var user) && user.ValueKind == JsonValueKind.String
                && json.RootElement.TryGetProperty("Secret", out var secret) && secret.ValueKind == JsonValueKind.String
                    ? user.GetString() == "<token>" ? Login.IdentityToken(secret.GetString()!) : Login.Password(user.GetString()!, secret.GetString()!)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // .NET by itself would take one from the current folder first. RATIONALE.md, "Where is a program looked for?"
    private static string? Find(string file, string? path) =>
        (path ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{file}.exe" : file)).FirstOrDefault(File.Exists);

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (text.Length <= MostCharacters && await reader.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            text.Append(buffer, 0, count);
        }
        return text.ToString();
    }

    private static void Stop(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (InvalidOperationException)
        {
            // It was never started.
        }
    }
}

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tapedeck.Kube.Objects;

namespace Tapedeck.Kube.Config;

/// <summary>A program that a kubeconfig names, which prints credentials.
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"/></summary>
/// <remarks>RATIONALE.md, "Why may Kube start a program?"</remarks>
internal sealed class ExecPlugin
{
    private const int LongestOutput = 1 << 20;
    private static readonly string[] Versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

    private static readonly string[] ClusterFields = ["tls-server-name", "proxy-url"];

    private readonly KubeConfigEntry _entry;
    private readonly string _command;
    private readonly bool _interactive;
    private readonly string _information;

    private ExecPlugin(KubeConfigEntry entry, string command, bool interactive, string information)
    {
        _entry = entry;
        _command = command;
        _interactive = interactive;
        _information = information;
    }

    /// <summary>The version of the protocol, which the plugin has to answer in.</summary>
    internal string ApiVersion => _entry.Text("apiVersion");

    /// <summary>As <c>exec plugin 'x' of user 'y'</c>.</summary>
    internal string What => $"exec plugin '{_entry.Text("command")}' of {_entry.What}";

    /// <param name="entry">The <c>exec</c> of a user.</param>
    /// <exception cref="KubeConfigException">The entry is not complete, or asks for a terminal that is not there.</exception>
    internal static ExecPlugin Read(KubeConfigEntry entry, KubeConfigEntry cluster, bool terminal)
    {
        var (version, command, mode) = (entry.Text("apiVersion"), entry.Text("command"), entry.Text("interactiveMode"));
        if (command.Length == 0)
        {
            throw new KubeConfigException($"The exec plugin of {entry.What} has no command.");
        }
        if (!Versions.Contains(version))
        {
            throw new KubeConfigException($"The exec plugin of {entry.What} has the apiVersion '{version}': {string.Join(" and ", Versions)} are known.");
        }
        // v1 makes the mode required; v1beta1 took its absence for IfAvailable.
        if (mode is not ("Never" or "IfAvailable" or "Always" or "") || (mode.Length == 0 && version == Versions[0]))
        {
            throw new KubeConfigException($"The exec plugin of {entry.What} needs an interactiveMode: Never, IfAvailable or Always.");
        }
        if (mode == "Always" && !terminal)
        {
            throw new KubeConfigException($"The exec plugin of {entry.What} wants a terminal, and there is none: log in by hand first, or use another credential.");
        }
        var interactive = terminal && mode != "Never";
        return new(entry, command, interactive, Information(entry, cluster, version, interactive));
    }

    /// <summary>Runs the program and reads what it prints.</summary>
    /// <returns>The ExecCredential.</returns>
    /// <exception cref="KubeConfigException">It cannot be started, fails, or prints something else.</exception>
    internal async Task<JsonElement> RunAsync(CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = StartInfo() };
        Start(process);
        try
        {
            if (!_interactive)
            {
                process.StandardInput.Close();
            }
            var output = await ReadAsync(process.StandardOutput, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? Parse(output)
                : throw new KubeConfigException($"The {What} failed with exit code {process.ExitCode}; what it said is above. {Hint}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private string Hint => _entry.Text("installHint");

    /// <summary>As in a shell: a name is looked for in PATH, a path is relative to the kubeconfig.</summary>
    private string Program() => _command.Contains('/') || _command.Contains(Path.DirectorySeparatorChar)
        ? Path.GetFullPath(_command, _entry.Folder)
        : ProgramPath.Find(_command, Environment.GetEnvironmentVariable("PATH")) ?? throw new KubeConfigException($"The {What} cannot be started: it is in no folder of PATH. {Hint}".TrimEnd());

    private ProcessStartInfo StartInfo()
    {
        // Standard error is the user's: plugins print there where to log in.
        var start = new ProcessStartInfo(Program()) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = !_interactive };
        foreach (var argument in _entry.Json.Texts("args"))
        {
            start.ArgumentList.Add(argument);
        }
        foreach (var variable in _entry.Json.Items("env"))
        {
            start.Environment[variable.Text("name") ?? ""] = variable.Text("value") ?? "";
        }
        start.Environment["KUBERNETES_EXEC_INFO"] = _information;
        return start;
    }

    private void Start(Process process)
    {
        try
        {
            // The user's own kubeconfig says so, as for kubectl. No shell reads the command, and nothing of the cluster's is in it.
#pragma warning disable RS0030
            process.Start();
#pragma warning restore RS0030
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException or ArgumentException)
        {
            throw new KubeConfigException($"The {What} cannot be started: {error.Message}. {Hint}".TrimEnd());
        }
    }

    private async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken) is var count && count > 0)
        {
            text.Append(buffer, 0, count);
            if (text.Length > LongestOutput)
            {
                throw new KubeConfigException($"The {What} printed more than {LongestOutput >> 20} MiB.");
            }
        }
        return text.ToString();
    }

    private JsonElement Parse(string output)
    {
        try
        {
            var json = JsonElement.Parse(output, JsonReading.Options);
            return json.Text("kind") == "ExecCredential" && json.Text("apiVersion") == ApiVersion
                ? json
                : throw new KubeConfigException($"The {What} printed something else than an ExecCredential of {ApiVersion}.");
        }
        catch (JsonException)
        {
            // Without the parser's message: it may quote a token.
            throw new KubeConfigException($"The {What} printed something that is not JSON.");
        }
    }

    private static string Information(KubeConfigEntry entry, KubeConfigEntry cluster, string version, bool interactive)
    {
        var spec = new JsonObject { ["interactive"] = interactive };
        if (entry.Json.Flag("provideClusterInfo"))
        {
            spec["cluster"] = ClusterInformation(cluster);
        }
        return Encoding.UTF8.GetString(Client.ApiRequest.Bytes(new JsonObject { ["apiVersion"] = version, ["kind"] = "ExecCredential", ["spec"] = spec }));
    }

    private static JsonObject ClusterInformation(KubeConfigEntry cluster)
    {
        var json = new JsonObject { ["server"] = cluster.Text("server") };
        foreach (var field in ClusterFields.Where(field => cluster.Text(field).Length > 0))
        {
            json[field] = cluster.Text(field);
        }
        if (cluster.Data("certificate-authority") is { } authority)
        {
            json["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.Read()));
        }
        if (cluster.Json.Flag("insecure-skip-tls-verify"))
        {
            json["insecure-skip-tls-verify"] = true;
        }
        var extension = cluster.Json.Items("extensions").FirstOrDefault(item => item.Text("name") == "client.authentication.k8s.io/exec");
        if (extension.Field("extension") is { } config)
        {
            json["config"] = JsonNode.Parse(config.GetRawText());
        }
        return json;
    }
}

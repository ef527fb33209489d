using System.Diagnostics;
using System.Text;

namespace Tapedeck.EndToEnd;

/// <summary>The program as it was built, run as users run it.</summary>
internal static class Tapedeck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The folder of the repository.</summary>
    internal static string Root { get; } = FindRoot();

    private static string Program => Path.Combine(Folder, "tapedeck.dll");

    /// <summary>Where the program is, which a user would have on the PATH.</summary>
    internal static string Folder => Path.Combine(Root, "artifacts", "bin", "Server", Configuration);

#if DEBUG
    private const string Configuration = "debug";
#else
    private const string Configuration = "release";
#endif

    internal static string Example(string name) => Path.Combine(Root, "examples", name, $"{name}.wasm");

    /// <summary>The command that runs a program of .NET. Where the tests were started in the background, Ctrl+C is ignored, and would be by all that they start.</summary>
    internal static string[] Dotnet { get; } = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];

    /// <param name="variables">Of the environment, besides those that are there.</param>
    /// <param name="dotnet">The command that runs a program of .NET; <see cref="Dotnet"/> by default.</param>
    internal static Process StartIn(string folder, string[] arguments, Dictionary<string, string>? variables = null, string[]? dotnet = null)
    {
        dotnet ??= Dotnet;
        var start = new ProcessStartInfo(dotnet[0], [.. dotnet[1..], Program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables ?? [])
        {
            start.Environment[name] = value;
        }
        return File.Exists(Program) ? Process.Start(start)! : throw new FileNotFoundException($"{Program} is not built; run make build");
    }

    internal static Task<(int Code, string Out, string Error)> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    internal static async Task<(int Code, string Out, string Error)> RunWithAsync(Dictionary<string, string> variables, params string[] arguments)
    {
        using var process = StartIn(Root, arguments, variables);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await error);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not in the repository");
        }
        return folder.FullName;
    }
}

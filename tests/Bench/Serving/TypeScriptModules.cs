using System.ComponentModel;
using System.Diagnostics;

namespace Tapedeck.Bench.Serving;

/// <summary>The official SDK for TypeScript, as the lock file of <c>make clients</c> pins it.</summary>
internal static class TypeScriptModules
{
    /// <summary>Has npm install it where it is not there yet.</summary>
    /// <returns>The folder; null after one loud line, where it cannot be had.</returns>
    internal static string? Install(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "node_modules", "@modelcontextprotocol", "sdk")))
        {
            return folder;
        }
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var error = npm.StandardError.ReadToEnd();
            npm.WaitForExit();
            return npm.ExitCode == 0 ? folder : Missing($"npm ci ended with {npm.ExitCode}: {error.Trim().Split('\n')[^1]}{output.Result.Trim().Split('\n')[^1]}");
        }
        catch (Win32Exception exception)
        {
            return Missing($"npm cannot be started: {exception.Message}");
        }
    }

    private static string? Missing(string why)
    {
        Console.Error.WriteLine($"THE TYPESCRIPT SDK WAS NOT MEASURED, AND ITS ROW IS MISSING: {why}");
        return null;
    }
}

namespace Tapedeck.Architecture.Tests;

/// <summary>
/// The picture of the whole: every project that there is or is planned, and every arrow that is allowed. A new project adds a row here, with
/// its arrows, or it fails the build.
/// </summary>
internal static class Picture
{
    private const string AspNetCore = "Microsoft.AspNetCore.App";
    private static readonly string[] Telemetry = ["OpenTelemetry", "OpenTelemetry.Exporter.OpenTelemetryProtocol"];
    private static readonly string[] CommandLine = ["System.CommandLine", "Spectre.Console", "YamlDotNet"];
    private static readonly string[] Xunit = ["Microsoft.NET.Test.Sdk", "xunit", "xunit.runner.visualstudio", "FsCheck"];

    internal static readonly PlannedProject[] Projects =
    [
        // Folders -> images, without a container engine.
        new("build/Images", [], ["System.CommandLine"]),
        new("tests/Images.Tests", ["Images"], Xunit),

        new("runtime/Wasm", [], []),
        new("runtime/Components", ["Wasm"], []),
        // YamlDotNet: policies are YAML, and its parser's events are all that is used of it.
        new("runtime/Policy", [], ["YamlDotNet"]),
        // Wasm: a host function traps with the engine's own exception, and a command is run on an engine.
        new("runtime/Wasi", ["Components", "Policy", "Wasm"], []),
        new("runtime/Oci", [], ["System.Security.Cryptography.Pkcs"]),
        new("runtime/Mcp", [], [AspNetCore, "ModelContextProtocol.Core"]),
        // What was measured, as text for a scraper: the runtime and the operator have it from one place.
        new("runtime/Exposition", [], []),
        new("runtime/Manifest", ["Oci", "Policy"], []),
        new("runtime/Server", ["Components", "Exposition", "Manifest", "Mcp", "Oci", "Policy", "Wasi", "Wasm"], [AspNetCore, .. Telemetry, .. CommandLine]),

        new("operator/Kube", [], []),
        new("operator/Operator", ["Exposition", "Kube", "Manifest", "Oci", "Policy"], [AspNetCore, .. Telemetry, .. CommandLine]),
        new("operator/Plugin", ["Kube", "Manifest", "Oci", "Policy"], CommandLine),

        new("tests/Architecture.Tests", [], Xunit),
        new("tests/Wasm.Tests", ["Fuzz", "Wasm"], [.. Xunit, "Microsoft.Diagnostics.NETCore.Client", AspNetCore]),
        new("tests/Components.Tests", ["Components", "Wasm"], Xunit),
        new("tests/Policy.Tests", ["Policy"], Xunit),
        new("tests/Wasi.Tests", ["Components", "Policy", "Wasi", "Wasm"], Xunit),
        new("tests/Oci.Tests", ["Oci"], [AspNetCore, .. Xunit]),
        new("tests/Mcp.Tests", ["Mcp"], [AspNetCore, .. Xunit]),
        new("tests/Manifest.Tests", ["Manifest", "Oci", "Policy"], ["YamlDotNet", .. Xunit]),
        new("tests/Server.Tests", ["Components", "Exposition", "Manifest", "Mcp", "Oci", "Policy", "Server", "Wasi", "Wasm"], [AspNetCore, .. Xunit]),
        new("tests/Kube.Tests", ["Kube"], [AspNetCore, .. Xunit]),
        new("tests/Operator.Tests", ["Kube", "Manifest", "Oci", "Operator", "Policy"], [AspNetCore, "YamlDotNet", .. Xunit]),
        new("tests/OperatorBench", ["Kube", "Manifest", "Operator", "Policy"], [AspNetCore]),
        new("tests/Plugin.Tests", ["Kube", "Manifest", "Oci", "Plugin", "Policy"], [AspNetCore, .. Xunit]),
        new("tests/EndToEnd", [], ["Microsoft.Playwright", .. Xunit]),
        new("tests/Node.Tests", [], [AspNetCore, "ModelContextProtocol.Core", "YamlDotNet", .. Xunit]),

        new("tests/Conformance", ["Components", "Oci", "Policy", "Wasi", "Wasm"], []),
        new("tests/Conformance.Tests", ["Conformance", "Oci", "Wasm"], Xunit),
        new("tests/Fuzz", ["Components", "Wasm"], []),
        new("tests/Bench", ["Components", "Mcp", "Policy", "Wasi", "Wasm"], ["BenchmarkDotNet", "Microsoft.Diagnostics.NETCore.Client", AspNetCore]),
    ];

    internal static readonly PlannedProject[] Existing = [.. Projects.Where(project => Repository.Has(project.File))];
}

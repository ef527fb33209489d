using Tapedeck.Conformance;
using Tapedeck.Conformance.ComponentModel;
using Tapedeck.Conformance.Sigstore;
using Tapedeck.Conformance.Wasi;
using Tapedeck.Conformance.WasmCore;

// dotnet run --project tests/Conformance -- SUITE DIR_OR_TGZ [options]
// Exit code: 0 all passed, 1 something failed, 2 nothing could be run.
try
{
    var options = Options.Parse(args);
    var archive = Archive.Open(options.Data);
    var tally = options.Suite switch
    {
        "wasm-core" => await CoreSuite.RunAsync(archive, options),
        "component-model" => await ComponentSuite.RunAsync(archive, options),
        "sigstore" => BundleSuite.Run(archive, options),
        "wasi" => await WasiSuite.RunAsync(archive, options),
        _ => throw new UsageException($"no suite is called '{options.Suite}'"),
    };
    tally.Print(Console.Out, options.Title);
    return tally.Failed == 0 ? 0 : 1;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"conformance: {e.Message}\n\n{Options.Usage}");
    return 2;
}

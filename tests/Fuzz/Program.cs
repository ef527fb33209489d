using Tapedeck.Fuzz;
using Tapedeck.Fuzz.Reduction;
using Tapedeck.Fuzz.Working;

try
{
    var options = FuzzOptions.Parse(args);
    if (options.Worker is { } worker)
    {
        Worker.Run(worker[1..], int.Parse(worker[0]));
        return 0;
    }
    if (options.Reduce is { } seed)
    {
        return new Reducer(seed).Run();
    }
    return options.Export is { } source ? Exporter.Export(source, options.Name) : new Campaign(options).Run();
}
catch (Exception failure) when (failure is FormatException or FileNotFoundException)
{
    Console.Error.WriteLine(failure.Message);
    return 2;
}

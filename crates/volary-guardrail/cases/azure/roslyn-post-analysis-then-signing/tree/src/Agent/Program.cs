using System;

namespace Agent;

internal static class Program
{
    private static int Main(string[] args)
    {
        Console.WriteLine(typeof(Program).Assembly.GetName().Version);
        return 0;
    }
}

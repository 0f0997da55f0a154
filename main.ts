process.stdout.write("nothing to synthesize yet\n");

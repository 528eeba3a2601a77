import CIFARPipeCommands

Program.main()
